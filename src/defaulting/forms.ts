/**
 * How the API server writes the fields of Kubernetes' types when they are empty.
 *
 * Written by test/control-plane/generate-forms.ts from the Go types of Kubernetes v1.36.3. form.ts says how
 * a line is read.
 */

/** A line each definition, `name fields`, sorted. */
export const forms = `admissionregistration.v1.ApplyConfiguration expression~
admissionregistration.v1.AuditAnnotation key= valueExpression=
admissionregistration.v1.ExpressionWarning fieldRef= warning=
admissionregistration.v1.JSONPatch expression~
admissionregistration.v1.MatchCondition name= expression=
admissionregistration.v1.MutatingAdmissionPolicy kind~ apiVersion~ metadata= spec=
admissionregistration.v1.MutatingAdmissionPolicyBinding kind~ apiVersion~ metadata= spec=
admissionregistration.v1.MutatingAdmissionPolicyBindingSpec policyName~
admissionregistration.v1.MutatingAdmissionPolicySpec reinvocationPolicy~
admissionregistration.v1.MutatingWebhook name= clientConfig= sideEffects! admissionReviewVersions!
admissionregistration.v1.MutatingWebhookConfiguration kind~ apiVersion~ metadata=
admissionregistration.v1.Mutation patchType=
admissionregistration.v1.ParamKind apiVersion~ kind~
admissionregistration.v1.ParamRef name~ namespace~
admissionregistration.v1.ServiceReference namespace= name=
admissionregistration.v1.ValidatingAdmissionPolicy kind~ apiVersion~ metadata= spec= status=
admissionregistration.v1.ValidatingAdmissionPolicyBinding kind~ apiVersion~ metadata= spec=
admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec policyName~
admissionregistration.v1.ValidatingAdmissionPolicyStatus observedGeneration~
admissionregistration.v1.ValidatingWebhook name= clientConfig= sideEffects! admissionReviewVersions!
admissionregistration.v1.ValidatingWebhookConfiguration kind~ apiVersion~ metadata=
admissionregistration.v1.Validation expression= message~ messageExpression~
admissionregistration.v1.Variable name= expression=
admissionregistration.v1.WebhookClientConfig caBundle~
admissionregistration.v1alpha1.ApplyConfiguration expression~
admissionregistration.v1alpha1.JSONPatch expression~
admissionregistration.v1alpha1.MutatingAdmissionPolicy kind~ apiVersion~ metadata= spec=
admissionregistration.v1alpha1.MutatingAdmissionPolicyBinding kind~ apiVersion~ metadata= spec=
admissionregistration.v1alpha1.MutatingAdmissionPolicyBindingSpec policyName~
admissionregistration.v1alpha1.MutatingAdmissionPolicySpec reinvocationPolicy~
admissionregistration.v1alpha1.Mutation patchType=
admissionregistration.v1alpha1.ParamKind apiVersion~ kind~
admissionregistration.v1alpha1.ParamRef name~ namespace~
admissionregistration.v1alpha1.Variable name= expression=
admissionregistration.v1beta1.ApplyConfiguration expression~
admissionregistration.v1beta1.JSONPatch expression~
admissionregistration.v1beta1.MatchCondition name= expression=
admissionregistration.v1beta1.MutatingAdmissionPolicy kind~ apiVersion~ metadata= spec=
admissionregistration.v1beta1.MutatingAdmissionPolicyBinding kind~ apiVersion~ metadata= spec=
admissionregistration.v1beta1.MutatingAdmissionPolicyBindingSpec policyName~
admissionregistration.v1beta1.MutatingAdmissionPolicySpec reinvocationPolicy~
admissionregistration.v1beta1.Mutation patchType=
admissionregistration.v1beta1.ParamKind apiVersion~ kind~
admissionregistration.v1beta1.ParamRef name~ namespace~
admissionregistration.v1beta1.Variable name= expression=
apiextensions.v1.CustomResourceColumnDefinition name= type= format~ description~ priority~ jsonPath=
apiextensions.v1.CustomResourceConversion strategy=
apiextensions.v1.CustomResourceDefinition kind~ apiVersion~ metadata= spec= status=
apiextensions.v1.CustomResourceDefinitionCondition type= status= lastTransitionTime! reason~ message~ observedGeneration~
apiextensions.v1.CustomResourceDefinitionNames plural= singular~ kind= listKind~
apiextensions.v1.CustomResourceDefinitionSpec group= names= scope= versions! preserveUnknownFields~
apiextensions.v1.CustomResourceDefinitionStatus conditions! acceptedNames= storedVersions! observedGeneration~
apiextensions.v1.CustomResourceDefinitionVersion name= served= storage= deprecated~
apiextensions.v1.CustomResourceSubresourceScale specReplicasPath= statusReplicasPath=
apiextensions.v1.ExternalDocumentation description~ url~
apiextensions.v1.JSONSchemaProps id~ $schema~ description~ type~ format~ title~ exclusiveMaximum~ exclusiveMinimum~ pattern~ uniqueItems~ nullable~ x-kubernetes-embedded-resource~ x-kubernetes-int-or-string~
apiextensions.v1.SelectableField jsonPath=
apiextensions.v1.ServiceReference namespace= name=
apiextensions.v1.ValidationRule rule= message~ messageExpression~ fieldPath~
apiextensions.v1.WebhookClientConfig caBundle~
apiextensions.v1.WebhookConversion conversionReviewVersions!
apiregistration.v1.APIService kind~ apiVersion~ metadata= spec= status=
apiregistration.v1.APIServiceCondition type= status= lastTransitionTime! reason~ message~
apiregistration.v1.APIServiceSpec group~ version~ insecureSkipTLSVerify~ caBundle~ groupPriorityMinimum= versionPriority=
apiregistration.v1.ServiceReference namespace~ name~
apiserverinternal.v1alpha1.ServerStorageVersion apiServerID~ encodingVersion~
apiserverinternal.v1alpha1.StorageVersion kind~ apiVersion~ metadata= spec= status=
apiserverinternal.v1alpha1.StorageVersionCondition type= status= observedGeneration~ lastTransitionTime! reason= message~
apps.v1.ControllerRevision kind~ apiVersion~ metadata= revision=
apps.v1.DaemonSet kind~ apiVersion~ metadata= spec= status=
apps.v1.DaemonSetCondition type= status= lastTransitionTime! reason~ message~
apps.v1.DaemonSetSpec selector! template= updateStrategy= minReadySeconds~
apps.v1.DaemonSetStatus currentNumberScheduled= numberMisscheduled= desiredNumberScheduled= numberReady= observedGeneration~ updatedNumberScheduled~ numberAvailable~ numberUnavailable~
apps.v1.DaemonSetUpdateStrategy type~
apps.v1.Deployment kind~ apiVersion~ metadata= spec= status=
apps.v1.DeploymentCondition type= status= lastUpdateTime! lastTransitionTime! reason~ message~
apps.v1.DeploymentSpec selector! template= strategy= minReadySeconds~ paused~
apps.v1.DeploymentStatus observedGeneration~ replicas~ updatedReplicas~ readyReplicas~ availableReplicas~ unavailableReplicas~
apps.v1.DeploymentStrategy type~
apps.v1.ReplicaSet kind~ apiVersion~ metadata= spec= status=
apps.v1.ReplicaSetCondition type= status= lastTransitionTime! reason~ message~
apps.v1.ReplicaSetSpec minReadySeconds~ selector! template=
apps.v1.ReplicaSetStatus replicas= fullyLabeledReplicas~ readyReplicas~ availableReplicas~ observedGeneration~
apps.v1.StatefulSet kind~ apiVersion~ metadata= spec= status=
apps.v1.StatefulSetCondition type= status= lastTransitionTime! reason~ message~
apps.v1.StatefulSetOrdinals start=
apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted~ whenScaled~
apps.v1.StatefulSetSpec selector! template= serviceName= podManagementPolicy~ updateStrategy= minReadySeconds~
apps.v1.StatefulSetStatus observedGeneration~ replicas= readyReplicas~ currentReplicas~ updatedReplicas~ currentRevision~ updateRevision~ availableReplicas=
apps.v1.StatefulSetUpdateStrategy type~
authentication.v1.BoundObjectReference kind~ apiVersion~ name~ uid~
authentication.v1.SelfSubjectReview kind~ apiVersion~ metadata= status=
authentication.v1.SelfSubjectReviewStatus userInfo=
authentication.v1.TokenRequest kind~ apiVersion~ metadata= spec= status=
authentication.v1.TokenRequestSpec audiences! expirationSeconds! boundObjectRef!
authentication.v1.TokenRequestStatus token= expirationTimestamp!
authentication.v1.TokenReview kind~ apiVersion~ metadata= spec= status=
authentication.v1.TokenReviewSpec token~
authentication.v1.TokenReviewStatus authenticated~ user= error~
authentication.v1.UserInfo username~ uid~
authorization.v1.FieldSelectorAttributes rawSelector~
authorization.v1.LabelSelectorAttributes rawSelector~
authorization.v1.LocalSubjectAccessReview kind~ apiVersion~ metadata= spec= status=
authorization.v1.NonResourceAttributes path~ verb~
authorization.v1.NonResourceRule verbs!
authorization.v1.ResourceAttributes namespace~ verb~ group~ version~ resource~ subresource~ name~
authorization.v1.ResourceRule verbs!
authorization.v1.SelfSubjectAccessReview kind~ apiVersion~ metadata= spec= status=
authorization.v1.SelfSubjectRulesReview kind~ apiVersion~ metadata= spec= status=
authorization.v1.SelfSubjectRulesReviewSpec namespace~
authorization.v1.SubjectAccessReview kind~ apiVersion~ metadata= spec= status=
authorization.v1.SubjectAccessReviewSpec user~ uid~
authorization.v1.SubjectAccessReviewStatus allowed= denied~ reason~ evaluationError~
authorization.v1.SubjectRulesReviewStatus resourceRules! nonResourceRules! incomplete= evaluationError~
autoscaling.v1.CrossVersionObjectReference kind= name= apiVersion~
autoscaling.v1.HorizontalPodAutoscaler kind~ apiVersion~ metadata= spec= status=
autoscaling.v1.HorizontalPodAutoscalerSpec scaleTargetRef= maxReplicas=
autoscaling.v1.HorizontalPodAutoscalerStatus currentReplicas= desiredReplicas=
autoscaling.v1.Scale kind~ apiVersion~ metadata= spec= status=
autoscaling.v1.ScaleSpec replicas~
autoscaling.v1.ScaleStatus replicas= selector~
autoscaling.v2.ContainerResourceMetricSource name= target= container=
autoscaling.v2.ContainerResourceMetricStatus name= current= container=
autoscaling.v2.CrossVersionObjectReference kind= name= apiVersion~
autoscaling.v2.ExternalMetricSource metric= target=
autoscaling.v2.ExternalMetricStatus metric= current=
autoscaling.v2.HPAScalingPolicy type= value= periodSeconds=
autoscaling.v2.HorizontalPodAutoscaler kind~ apiVersion~ metadata= spec= status=
autoscaling.v2.HorizontalPodAutoscalerCondition type= status= lastTransitionTime! reason~ message~
autoscaling.v2.HorizontalPodAutoscalerSpec scaleTargetRef= maxReplicas=
autoscaling.v2.HorizontalPodAutoscalerStatus currentReplicas~ desiredReplicas= currentMetrics!
autoscaling.v2.MetricIdentifier name=
autoscaling.v2.MetricSpec type=
autoscaling.v2.MetricStatus type=
autoscaling.v2.MetricTarget type=
autoscaling.v2.ObjectMetricSource describedObject= target= metric=
autoscaling.v2.ObjectMetricStatus metric= current= describedObject=
autoscaling.v2.PodsMetricSource metric= target=
autoscaling.v2.PodsMetricStatus metric= current=
autoscaling.v2.ResourceMetricSource name= target=
autoscaling.v2.ResourceMetricStatus name= current=
batch.v1.CronJob kind~ apiVersion~ metadata= spec= status=
batch.v1.CronJobSpec schedule= concurrencyPolicy~ jobTemplate=
batch.v1.Job kind~ apiVersion~ metadata= spec= status=
batch.v1.JobCondition type= status= lastProbeTime! lastTransitionTime! reason~ message~
batch.v1.JobSpec template=
batch.v1.JobStatus active~ succeeded~ failed~ completedIndexes~
batch.v1.JobTemplateSpec metadata= spec=
batch.v1.PodFailurePolicy rules!
batch.v1.PodFailurePolicyOnExitCodesRequirement operator= values!
batch.v1.PodFailurePolicyOnPodConditionsPattern type= status=
batch.v1.PodFailurePolicyRule action=
batch.v1.SuccessPolicy rules!
certificates.v1.CertificateSigningRequest kind~ apiVersion~ metadata= spec= status=
certificates.v1.CertificateSigningRequestCondition type= status= reason~ message~ lastUpdateTime! lastTransitionTime!
certificates.v1.CertificateSigningRequestSpec request= signerName= username~ uid~
certificates.v1.CertificateSigningRequestStatus certificate~
certificates.v1alpha1.ClusterTrustBundle kind~ apiVersion~ metadata= spec=
certificates.v1alpha1.ClusterTrustBundleSpec signerName~ trustBundle=
certificates.v1beta1.ClusterTrustBundle kind~ apiVersion~ metadata= spec=
certificates.v1beta1.ClusterTrustBundleSpec signerName~ trustBundle=
certificates.v1beta1.PodCertificateRequest kind~ apiVersion~ metadata= spec= status=
certificates.v1beta1.PodCertificateRequestSpec signerName= podName= podUID= serviceAccountName= serviceAccountUID= nodeName= nodeUID= pkixPublicKey= proofOfPossession= stubPKCS10Request=
certificates.v1beta1.PodCertificateRequestStatus certificateChain~
coordination.v1.Lease kind~ apiVersion~ metadata= spec=
coordination.v1.LeaseSpec acquireTime@ renewTime@
coordination.v1alpha2.LeaseCandidate kind~ apiVersion~ metadata= spec=
coordination.v1alpha2.LeaseCandidateSpec leaseName= pingTime@ renewTime@ binaryVersion= emulationVersion~ strategy~
coordination.v1beta1.LeaseCandidate kind~ apiVersion~ metadata= spec=
coordination.v1beta1.LeaseCandidateSpec leaseName= pingTime@ renewTime@ binaryVersion= emulationVersion~ strategy~
core.v1.AWSElasticBlockStoreVolumeSource volumeID= fsType~ partition~ readOnly~
core.v1.AppArmorProfile type=
core.v1.AttachedVolume name= devicePath=
core.v1.AzureDiskVolumeSource diskName= diskURI=
core.v1.AzureFilePersistentVolumeSource secretName= shareName= readOnly~ secretNamespace!
core.v1.AzureFileVolumeSource secretName= shareName= readOnly~
core.v1.Binding kind~ apiVersion~ metadata= target=
core.v1.CSIPersistentVolumeSource driver= volumeHandle= readOnly~ fsType~
core.v1.CSIVolumeSource driver=
core.v1.CephFSPersistentVolumeSource monitors! path~ user~ secretFile~ readOnly~
core.v1.CephFSVolumeSource monitors! path~ user~ secretFile~ readOnly~
core.v1.CinderPersistentVolumeSource volumeID= fsType~ readOnly~
core.v1.CinderVolumeSource volumeID= fsType~ readOnly~
core.v1.ClusterTrustBundleProjection path=
core.v1.ComponentCondition type= status= message~ error~
core.v1.ComponentStatus kind~ apiVersion~ metadata=
core.v1.ConfigMap kind~ apiVersion~ metadata=
core.v1.ConfigMapEnvSource name~
core.v1.ConfigMapKeySelector name~ key=
core.v1.ConfigMapNodeConfigSource namespace= name= uid~ resourceVersion~ kubeletConfigKey=
core.v1.ConfigMapProjection name~
core.v1.ConfigMapVolumeSource name~
core.v1.Container name= image~ workingDir~ resources= terminationMessagePath~ terminationMessagePolicy~ imagePullPolicy~ stdin~ stdinOnce~ tty~
core.v1.ContainerExtendedResourceRequest containerName= resourceName= requestName=
core.v1.ContainerImage names! sizeBytes~
core.v1.ContainerPort name~ hostPort~ containerPort= protocol~ hostIP~
core.v1.ContainerResizePolicy resourceName= restartPolicy=
core.v1.ContainerRestartRule action~
core.v1.ContainerRestartRuleOnExitCodes operator~
core.v1.ContainerStateRunning startedAt!
core.v1.ContainerStateTerminated exitCode= signal~ reason~ message~ startedAt! finishedAt! containerID~
core.v1.ContainerStateWaiting reason~ message~
core.v1.ContainerStatus name= state= lastState= ready= restartCount= image= imageID= containerID~
core.v1.DaemonEndpoint Port=
core.v1.DownwardAPIVolumeFile path=
core.v1.EmptyDirVolumeSource medium~
core.v1.EndpointAddress ip= hostname~
core.v1.EndpointPort name~ port= protocol~
core.v1.Endpoints kind~ apiVersion~ metadata=
core.v1.EnvFromSource prefix~
core.v1.EnvVar name= value~
core.v1.EphemeralContainer name= image~ workingDir~ resources= terminationMessagePath~ terminationMessagePolicy~ imagePullPolicy~ stdin~ stdinOnce~ tty~ targetContainerName~
core.v1.Event kind~ apiVersion~ metadata= involvedObject= reason~ message~ source= firstTimestamp! lastTimestamp! count~ type~ eventTime! action~ reportingComponent= reportingInstance=
core.v1.EventSeries count~ lastObservedTime!
core.v1.EventSource component~ host~
core.v1.FCVolumeSource fsType~ readOnly~
core.v1.FileKeySelector volumeName= path= key=
core.v1.FlexPersistentVolumeSource driver= fsType~ readOnly~
core.v1.FlexVolumeSource driver= fsType~ readOnly~
core.v1.FlockerVolumeSource datasetName~ datasetUUID~
core.v1.GCEPersistentDiskVolumeSource pdName= fsType~ partition~ readOnly~
core.v1.GRPCAction port= service!
core.v1.GitRepoVolumeSource repository= revision~ directory~
core.v1.GlusterfsPersistentVolumeSource endpoints= path= readOnly~
core.v1.GlusterfsVolumeSource endpoints= path= readOnly~
core.v1.HTTPGetAction path~ port= host~ scheme~
core.v1.HTTPHeader name= value=
core.v1.HostAlias ip=
core.v1.HostIP ip=
core.v1.HostPathVolumeSource path=
core.v1.ISCSIPersistentVolumeSource targetPortal= iqn= lun= iscsiInterface~ fsType~ readOnly~ chapAuthDiscovery~ chapAuthSession~
core.v1.ISCSIVolumeSource targetPortal= iqn= lun= iscsiInterface~ fsType~ readOnly~ chapAuthDiscovery~ chapAuthSession~
core.v1.ImageVolumeSource reference~ pullPolicy~
core.v1.ImageVolumeStatus imageRef~
core.v1.KeyToPath key= path=
core.v1.LimitRange kind~ apiVersion~ metadata= spec=
core.v1.LimitRangeItem type=
core.v1.LimitRangeSpec limits!
core.v1.LinuxContainerUser uid= gid=
core.v1.LoadBalancerIngress ip~ hostname~
core.v1.LocalObjectReference name~
core.v1.LocalVolumeSource path=
core.v1.ModifyVolumeStatus targetVolumeAttributesClassName~ status=
core.v1.NFSVolumeSource server= path= readOnly~
core.v1.Namespace kind~ apiVersion~ metadata= spec= status=
core.v1.NamespaceCondition type= status= lastTransitionTime! reason~ message~
core.v1.NamespaceStatus phase~
core.v1.Node kind~ apiVersion~ metadata= spec= status=
core.v1.NodeAddress type= address=
core.v1.NodeAllocatableResourceClaimStatus resourceClaimName= resources!
core.v1.NodeCondition type= status= lastHeartbeatTime! lastTransitionTime! reason~ message~
core.v1.NodeConfigStatus error~
core.v1.NodeDaemonEndpoints kubeletEndpoint=
core.v1.NodeRuntimeHandler name=
core.v1.NodeSelector nodeSelectorTerms!
core.v1.NodeSelectorRequirement key= operator=
core.v1.NodeSpec podCIDR~ providerID~ unschedulable~ externalID~
core.v1.NodeStatus phase~ daemonEndpoints= nodeInfo=
core.v1.NodeSystemInfo machineID= systemUUID= bootID= kernelVersion= osImage= containerRuntimeVersion= kubeletVersion= kubeProxyVersion= operatingSystem= architecture=
core.v1.ObjectFieldSelector apiVersion~ fieldPath=
core.v1.ObjectReference kind~ namespace~ name~ uid~ apiVersion~ resourceVersion~ fieldPath~
core.v1.PersistentVolume kind~ apiVersion~ metadata= spec= status=
core.v1.PersistentVolumeClaim kind~ apiVersion~ metadata= spec= status=
core.v1.PersistentVolumeClaimCondition type= status= lastProbeTime! lastTransitionTime! reason~ message~
core.v1.PersistentVolumeClaimSpec resources= volumeName~
core.v1.PersistentVolumeClaimStatus phase~
core.v1.PersistentVolumeClaimTemplate metadata= spec=
core.v1.PersistentVolumeClaimVolumeSource claimName= readOnly~
core.v1.PersistentVolumeSpec persistentVolumeReclaimPolicy~ storageClassName~
core.v1.PersistentVolumeStatus phase~ message~ reason~
core.v1.PhotonPersistentDiskVolumeSource pdID= fsType~
core.v1.Pod kind~ apiVersion~ metadata= spec= status=
core.v1.PodAffinityTerm topologyKey=
core.v1.PodCertificateProjection signerName~ keyType~ credentialBundlePath~ keyPath~ certificateChainPath~
core.v1.PodCondition type= observedGeneration~ status= lastProbeTime! lastTransitionTime! reason~ message~
core.v1.PodDNSConfigOption name~
core.v1.PodExtendedResourceClaimStatus requestMappings! resourceClaimName=
core.v1.PodIP ip=
core.v1.PodOS name=
core.v1.PodReadinessGate conditionType=
core.v1.PodResourceClaim name=
core.v1.PodResourceClaimStatus name=
core.v1.PodSchedulingGate name=
core.v1.PodSpec containers! restartPolicy~ dnsPolicy~ serviceAccountName~ serviceAccount~ nodeName~ hostNetwork~ hostPID~ hostIPC~ hostname~ subdomain~ schedulerName~ priorityClassName~
core.v1.PodStatus observedGeneration~ phase~ message~ reason~ nominatedNodeName~ hostIP~ podIP~ qosClass~ resize~
core.v1.PodTemplate kind~ apiVersion~ metadata= template=
core.v1.PodTemplateSpec metadata= spec=
core.v1.PortStatus port= protocol=
core.v1.PortworxVolumeSource volumeID= fsType~ readOnly~
core.v1.PreferredSchedulingTerm weight= preference=
core.v1.Probe initialDelaySeconds~ timeoutSeconds~ periodSeconds~ successThreshold~ failureThreshold~
core.v1.ProjectedVolumeSource sources!
core.v1.QuobyteVolumeSource registry= volume= readOnly~ user~ group~ tenant~
core.v1.RBDPersistentVolumeSource monitors! image= fsType~ pool~ user~ keyring~ readOnly~
core.v1.RBDVolumeSource monitors! image= fsType~ pool~ user~ keyring~ readOnly~
core.v1.ReplicationController kind~ apiVersion~ metadata= spec= status=
core.v1.ReplicationControllerCondition type= status= lastTransitionTime! reason~ message~
core.v1.ReplicationControllerSpec minReadySeconds~
core.v1.ReplicationControllerStatus replicas= fullyLabeledReplicas~ readyReplicas~ availableReplicas~ observedGeneration~
core.v1.ResourceClaim name= request~
core.v1.ResourceFieldSelector containerName~ resource= divisor=
core.v1.ResourceHealth resourceID= health~
core.v1.ResourceQuota kind~ apiVersion~ metadata= spec= status=
core.v1.ResourceStatus name=
core.v1.SELinuxOptions user~ role~ type~ level~
core.v1.ScaleIOPersistentVolumeSource gateway= system= secretRef! sslEnabled~ protectionDomain~ storagePool~ storageMode~ volumeName~ fsType~ readOnly~
core.v1.ScaleIOVolumeSource gateway= system= secretRef! sslEnabled~ protectionDomain~ storagePool~ storageMode~ volumeName~ fsType~ readOnly~
core.v1.ScopedResourceSelectorRequirement scopeName= operator=
core.v1.SeccompProfile type=
core.v1.Secret kind~ apiVersion~ metadata= type~
core.v1.SecretEnvSource name~
core.v1.SecretKeySelector name~ key=
core.v1.SecretProjection name~
core.v1.SecretReference name~ namespace~
core.v1.SecretVolumeSource secretName~
core.v1.Service kind~ apiVersion~ metadata= spec= status=
core.v1.ServiceAccount kind~ apiVersion~ metadata=
core.v1.ServiceAccountTokenProjection audience~ path=
core.v1.ServicePort name~ protocol~ port= targetPort= nodePort~
core.v1.ServiceSpec clusterIP~ type~ sessionAffinity~ loadBalancerIP~ externalName~ externalTrafficPolicy~ healthCheckNodePort~ publishNotReadyAddresses~
core.v1.ServiceStatus loadBalancer=
core.v1.SleepAction seconds=
core.v1.StorageOSPersistentVolumeSource volumeName~ volumeNamespace~ fsType~ readOnly~
core.v1.StorageOSVolumeSource volumeName~ volumeNamespace~ fsType~ readOnly~
core.v1.Sysctl name= value=
core.v1.TCPSocketAction port= host~
core.v1.Taint key= value~ effect=
core.v1.Toleration key~ operator~ value~ effect~
core.v1.TopologySelectorLabelRequirement key= values!
core.v1.TopologySpreadConstraint maxSkew= topologyKey= whenUnsatisfiable=
core.v1.TypedLocalObjectReference apiGroup! kind= name=
core.v1.TypedObjectReference apiGroup! kind= name=
core.v1.Volume name=
core.v1.VolumeDevice name= devicePath=
core.v1.VolumeMount name= readOnly~ mountPath= subPath~ subPathExpr~
core.v1.VolumeMountStatus name= mountPath= readOnly~
core.v1.VsphereVirtualDiskVolumeSource volumePath= fsType~ storagePolicyName~ storagePolicyID~
core.v1.WeightedPodAffinityTerm weight= podAffinityTerm=
discovery.v1.Endpoint addresses! conditions=
discovery.v1.EndpointSlice kind~ apiVersion~ metadata= addressType= endpoints! ports!
discovery.v1.ForNode name=
discovery.v1.ForZone name=
events.v1.Event kind~ apiVersion~ metadata= eventTime! reportingController~ reportingInstance~ action~ reason~ regarding= note~ type~ deprecatedSource= deprecatedFirstTimestamp! deprecatedLastTimestamp! deprecatedCount~
events.v1.EventSeries count= lastObservedTime!
flowcontrol.v1.FlowDistinguisherMethod type=
flowcontrol.v1.FlowSchema kind~ apiVersion~ metadata= spec= status=
flowcontrol.v1.FlowSchemaCondition type~ status~ lastTransitionTime! reason~ message~
flowcontrol.v1.FlowSchemaSpec priorityLevelConfiguration= matchingPrecedence=
flowcontrol.v1.GroupSubject name=
flowcontrol.v1.LimitResponse type=
flowcontrol.v1.LimitedPriorityLevelConfiguration nominalConcurrencyShares! limitResponse=
flowcontrol.v1.NonResourcePolicyRule verbs! nonResourceURLs!
flowcontrol.v1.PolicyRulesWithSubjects subjects!
flowcontrol.v1.PriorityLevelConfiguration kind~ apiVersion~ metadata= spec= status=
flowcontrol.v1.PriorityLevelConfigurationCondition type~ status~ lastTransitionTime! reason~ message~
flowcontrol.v1.PriorityLevelConfigurationReference name=
flowcontrol.v1.PriorityLevelConfigurationSpec type=
flowcontrol.v1.QueuingConfiguration queues= handSize= queueLengthLimit=
flowcontrol.v1.ResourcePolicyRule verbs! apiGroups! resources! clusterScope~ namespaces!
flowcontrol.v1.ServiceAccountSubject namespace= name=
flowcontrol.v1.Subject kind=
flowcontrol.v1.UserSubject name=
meta.v1.Condition type= status= observedGeneration~ lastTransitionTime! reason= message=
meta.v1.DeleteOptions kind~ apiVersion~
meta.v1.FieldSelectorRequirement key= operator=
meta.v1.LabelSelectorRequirement key= operator=
meta.v1.ManagedFieldsEntry manager~ operation~ apiVersion~ fieldsType~ subresource~
meta.v1.ObjectMeta name~ generateName~ namespace~ selfLink~ uid~ resourceVersion~ generation~ creationTimestamp~
meta.v1.OwnerReference apiVersion= kind= name= uid=
networking.v1.HTTPIngressPath path~ pathType! backend=
networking.v1.HTTPIngressRuleValue paths!
networking.v1.IPAddress kind~ apiVersion~ metadata= spec=
networking.v1.IPBlock cidr=
networking.v1.Ingress kind~ apiVersion~ metadata= spec= status=
networking.v1.IngressClass kind~ apiVersion~ metadata= spec=
networking.v1.IngressClassParametersReference kind= name= scope!
networking.v1.IngressClassSpec controller~
networking.v1.IngressLoadBalancerIngress ip~ hostname~
networking.v1.IngressPortStatus port= protocol=
networking.v1.IngressRule host~
networking.v1.IngressServiceBackend name= port=
networking.v1.IngressStatus loadBalancer=
networking.v1.IngressTLS secretName~
networking.v1.NetworkPolicy kind~ apiVersion~ metadata= spec=
networking.v1.NetworkPolicySpec podSelector=
networking.v1.ParentReference group~ resource~ namespace~ name~
networking.v1.ServiceBackendPort name~ number~
networking.v1.ServiceCIDR kind~ apiVersion~ metadata= spec= status=
networking.v1beta1.IPAddress kind~ apiVersion~ metadata= spec=
networking.v1beta1.ParentReference group~ resource~ namespace~ name~
networking.v1beta1.ServiceCIDR kind~ apiVersion~ metadata= spec= status=
node.v1.RuntimeClass kind~ apiVersion~ metadata= handler=
policy.v1.Eviction kind~ apiVersion~ metadata=
policy.v1.PodDisruptionBudget kind~ apiVersion~ metadata= spec= status=
policy.v1.PodDisruptionBudgetStatus observedGeneration~ disruptionsAllowed= currentHealthy= desiredHealthy= expectedPods=
rbac.v1.ClusterRole kind~ apiVersion~ metadata= rules!
rbac.v1.ClusterRoleBinding kind~ apiVersion~ metadata= roleRef=
rbac.v1.PolicyRule verbs!
rbac.v1.Role kind~ apiVersion~ metadata= rules!
rbac.v1.RoleBinding kind~ apiVersion~ metadata= roleRef=
rbac.v1.RoleRef apiGroup= kind= name=
rbac.v1.Subject kind= apiGroup~ name= namespace~
resource.v1.AllocatedDeviceStatus driver= pool= device= conditions!
resource.v1.AllocationResult devices=
resource.v1.CELDeviceSelector expression=
resource.v1.CapacityRequestPolicy default!
resource.v1.Counter value=
resource.v1.CounterSet name=
resource.v1.Device name=
resource.v1.DeviceAllocationConfiguration source=
resource.v1.DeviceCapacity value=
resource.v1.DeviceClaim requests!
resource.v1.DeviceClass kind~ apiVersion~ metadata= spec=
resource.v1.DeviceCounterConsumption counterSet=
resource.v1.DeviceRequest name=
resource.v1.DeviceRequestAllocationResult request= driver= pool= device=
resource.v1.DeviceSubRequest name= deviceClassName= allocationMode~ count~
resource.v1.DeviceTaint key= value~ effect=
resource.v1.DeviceToleration key~ operator~ value~ effect~
resource.v1.ExactDeviceRequest deviceClassName= allocationMode~ count~
resource.v1.NetworkDeviceData interfaceName~ hardwareAddress~
resource.v1.OpaqueDeviceConfiguration driver=
resource.v1.ResourceClaim kind~ apiVersion~ metadata= spec= status=
resource.v1.ResourceClaimConsumerReference apiGroup~ resource= name= uid=
resource.v1.ResourceClaimSpec devices=
resource.v1.ResourceClaimTemplate kind~ apiVersion~ metadata= spec=
resource.v1.ResourceClaimTemplateSpec metadata= spec=
resource.v1.ResourcePool name= generation= resourceSliceCount=
resource.v1.ResourceSlice kind~ apiVersion~ metadata= spec=
resource.v1.ResourceSliceSpec driver= pool=
resource.v1alpha3.DeviceTaint key= value~ effect=
resource.v1alpha3.DeviceTaintRule kind~ apiVersion~ metadata= spec= status=
resource.v1alpha3.DeviceTaintRuleSpec taint=
resource.v1alpha3.PoolStatus driver~ poolName~ generation=
resource.v1alpha3.ResourcePoolStatusRequest kind~ apiVersion~ metadata= spec=
resource.v1alpha3.ResourcePoolStatusRequestSpec driver=
resource.v1beta1.AllocatedDeviceStatus driver= pool= device= conditions!
resource.v1beta1.AllocationResult devices=
resource.v1beta1.CELDeviceSelector expression=
resource.v1beta1.CapacityRequestPolicy default!
resource.v1beta1.Counter value=
resource.v1beta1.CounterSet name=
resource.v1beta1.Device name=
resource.v1beta1.DeviceAllocationConfiguration source=
resource.v1beta1.DeviceCapacity value=
resource.v1beta1.DeviceClaim requests!
resource.v1beta1.DeviceClass kind~ apiVersion~ metadata= spec=
resource.v1beta1.DeviceCounterConsumption counterSet=
resource.v1beta1.DeviceRequest name= deviceClassName= allocationMode~ count~
resource.v1beta1.DeviceRequestAllocationResult request= driver= pool= device=
resource.v1beta1.DeviceSubRequest name= deviceClassName= allocationMode~ count~
resource.v1beta1.DeviceTaint key= value~ effect=
resource.v1beta1.DeviceToleration key~ operator~ value~ effect~
resource.v1beta1.NetworkDeviceData interfaceName~ hardwareAddress~
resource.v1beta1.OpaqueDeviceConfiguration driver=
resource.v1beta1.ResourceClaim kind~ apiVersion~ metadata= spec= status=
resource.v1beta1.ResourceClaimConsumerReference apiGroup~ resource= name= uid=
resource.v1beta1.ResourceClaimSpec devices=
resource.v1beta1.ResourceClaimTemplate kind~ apiVersion~ metadata= spec=
resource.v1beta1.ResourceClaimTemplateSpec metadata= spec=
resource.v1beta1.ResourcePool name= generation= resourceSliceCount=
resource.v1beta1.ResourceSlice kind~ apiVersion~ metadata= spec=
resource.v1beta1.ResourceSliceSpec driver= pool= nodeName~ allNodes~
resource.v1beta2.AllocatedDeviceStatus driver= pool= device= conditions!
resource.v1beta2.AllocationResult devices=
resource.v1beta2.CELDeviceSelector expression=
resource.v1beta2.CapacityRequestPolicy default!
resource.v1beta2.Counter value=
resource.v1beta2.CounterSet name=
resource.v1beta2.Device name=
resource.v1beta2.DeviceAllocationConfiguration source=
resource.v1beta2.DeviceCapacity value=
resource.v1beta2.DeviceClaim requests!
resource.v1beta2.DeviceClass kind~ apiVersion~ metadata= spec=
resource.v1beta2.DeviceCounterConsumption counterSet=
resource.v1beta2.DeviceRequest name=
resource.v1beta2.DeviceRequestAllocationResult request= driver= pool= device=
resource.v1beta2.DeviceSubRequest name= deviceClassName= allocationMode~ count~
resource.v1beta2.DeviceTaint key= value~ effect=
resource.v1beta2.DeviceTaintRule kind~ apiVersion~ metadata= spec= status=
resource.v1beta2.DeviceTaintRuleSpec taint=
resource.v1beta2.DeviceToleration key~ operator~ value~ effect~
resource.v1beta2.ExactDeviceRequest deviceClassName= allocationMode~ count~
resource.v1beta2.NetworkDeviceData interfaceName~ hardwareAddress~
resource.v1beta2.OpaqueDeviceConfiguration driver=
resource.v1beta2.ResourceClaim kind~ apiVersion~ metadata= spec= status=
resource.v1beta2.ResourceClaimConsumerReference apiGroup~ resource= name= uid=
resource.v1beta2.ResourceClaimSpec devices=
resource.v1beta2.ResourceClaimTemplate kind~ apiVersion~ metadata= spec=
resource.v1beta2.ResourceClaimTemplateSpec metadata= spec=
resource.v1beta2.ResourcePool name= generation= resourceSliceCount=
resource.v1beta2.ResourceSlice kind~ apiVersion~ metadata= spec=
resource.v1beta2.ResourceSliceSpec driver= pool=
scheduling.v1.PriorityClass kind~ apiVersion~ metadata= value= globalDefault~ description~
scheduling.v1alpha2.GangSchedulingPolicy minCount=
scheduling.v1alpha2.PodGroup kind~ apiVersion~ metadata= spec= status=
scheduling.v1alpha2.PodGroupResourceClaim name=
scheduling.v1alpha2.PodGroupResourceClaimStatus name=
scheduling.v1alpha2.PodGroupSpec podGroupTemplateRef! schedulingPolicy= priorityClassName~
scheduling.v1alpha2.PodGroupTemplate name= schedulingPolicy= schedulingConstraints! priorityClassName~
scheduling.v1alpha2.PodGroupTemplateReference workload!
scheduling.v1alpha2.TopologyConstraint key=
scheduling.v1alpha2.TypedLocalObjectReference apiGroup~ kind= name=
scheduling.v1alpha2.Workload kind~ apiVersion~ metadata= spec=
scheduling.v1alpha2.WorkloadPodGroupTemplateReference workloadName= podGroupTemplateName=
scheduling.v1alpha2.WorkloadSpec podGroupTemplates!
storage.v1.CSIDriver kind~ apiVersion~ metadata= spec=
storage.v1.CSINode kind~ apiVersion~ metadata= spec=
storage.v1.CSINodeDriver name= nodeID= topologyKeys!
storage.v1.CSINodeSpec drivers!
storage.v1.CSIStorageCapacity kind~ apiVersion~ metadata= storageClassName=
storage.v1.StorageClass kind~ apiVersion~ metadata= provisioner=
storage.v1.TokenRequest audience=
storage.v1.VolumeAttachment kind~ apiVersion~ metadata= spec= status=
storage.v1.VolumeAttachmentSpec attacher= source= nodeName=
storage.v1.VolumeAttachmentStatus attached=
storage.v1.VolumeAttributesClass kind~ apiVersion~ metadata= driverName=
storage.v1.VolumeError time! message~
storage.v1beta1.VolumeAttributesClass kind~ apiVersion~ metadata= driverName=
storagemigration.v1beta1.StorageVersionMigration kind~ apiVersion~ metadata= spec= status=
storagemigration.v1beta1.StorageVersionMigrationSpec resource=
storagemigration.v1beta1.StorageVersionMigrationStatus resourceVersion~`;
